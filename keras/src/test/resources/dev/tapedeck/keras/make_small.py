"""Writes small.keras and small.h5, which DamagedFilesTest damages. Run it in this folder."""

import keras,numpy as np
L=keras.layers
keras.utils.set_random_seed(1)
x=keras.Input((6,),name='ids',dtype='int32')
h=L.Embedding(7,3)(x)
y=keras.Model(x,L.Dense(2,activation='relu')(L.Concatenate()([L.LSTM(2)(h),L.Flatten()(L.Conv1D(2,2,kernel_regularizer='l2')(h))])))
y.compile(keras.optimizers.AdamW(keras.optimizers.schedules.CosineDecay(.1,10)),loss=keras.losses.Huber(),metrics=['mae',keras.metrics.AUC(num_thresholds=5)])
y.fit(np.ones((2,6)),np.ones((2,2)),verbose=0)
y.save('small.keras')
y.save('small.h5')
